"""Reading and drawing in processes apart: a file that bombs, hangs or crashes costs itself only."""
