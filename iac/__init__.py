"""The nested stacks of template.yaml, and the gate that reads them all."""
