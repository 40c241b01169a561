"""The scan: from folders on the disk to files, images and galleries in the library."""
