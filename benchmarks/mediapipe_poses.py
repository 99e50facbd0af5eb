"""One person's joints by MediaPipe, and how long it takes: `python mediapipe_poses.py VIDEO OUT.npz`, in an environment
of its own.

That environment is Python 3.11 with `mediapipe==0.10.21`; it has nothing of this project, so this file imports nothing
of it. The network "heavy" is not in the wheel: take `pose_landmark_heavy.tflite` from npm `@mediapipe/pose`
0.5.1675469404 and lay it into `mediapipe/modules/pose_landmark`.
"""

import sys
import time

import cv2
import mediapipe  # type: ignore[import-not-found]
import numpy as np

HEAVY = 2
LANDMARKS = 33


def poses(path: str) -> tuple[np.ndarray, np.ndarray, float]:
    """(T, 33, 2) pixels, NaN where nobody was found, (T, 33) visibility and seconds from opening the video to its last
    frame; unsmoothed.
    """
    pose = mediapipe.solutions.pose.Pose(model_complexity=HEAVY, smooth_landmarks=False)
    pose.process(np.zeros((256, 256, 3), np.uint8))
    pose.reset()
    points, visibility = [], []
    began = time.perf_counter()
    video = cv2.VideoCapture(path)
    while True:
        read, image = video.read()
        if not read:
            break
        found = pose.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).pose_landmarks
        marks = (
            np.array([(mark.x, mark.y, mark.visibility) for mark in found.landmark])
            if found
            else np.array([[np.nan, np.nan, 0.0]] * LANDMARKS)
        )
        points.append(marks[:, :2] * image.shape[1::-1])
        visibility.append(marks[:, 2])
    return np.array(points), np.array(visibility), time.perf_counter() - began


if __name__ == "__main__":
    places, seen, seconds = poses(sys.argv[1])
    np.savez(sys.argv[2], points=places, confidence=seen, seconds=seconds)
