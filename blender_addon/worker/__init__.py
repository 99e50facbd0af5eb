"""A process of its own that holds onnxruntime, OpenCV and SciPy, and PyTorch where a GPU is used; Blender talks to it through `client`."""
