"""Uploads of spreadsheets stay in memory, so that nothing of them touches the disk in plain."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from bureau.exchange.gate import MAX_BYTES


class MemoryOnly(FileUploadHandler):
    """Keeps an upload in memory; of one that is too large only as much as shows that it is."""

    def new_file(self, *args, **kwargs):
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.parts = []
        self.kept = 0

    def receive_data_chunk(self, raw_data, start):
        """Keep a piece while there is room."""
        if self.kept <= MAX_BYTES:
            self.parts.append(raw_data)
            self.kept += len(raw_data)

    def file_complete(self, file_size):
        """Hand the file over."""
        return SimpleUploadedFile(
            self.file_name or "upload", b"".join(self.parts), self.content_type or ""
        )
