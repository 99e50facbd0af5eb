"""A process of its own that holds PyTorch, onnxruntime and OpenCV; Blender talks to it through `client`."""
