"""WHERE DOCUMENTS COME FROM: hospital inbox, practitioner upload, insurer nightly feed."""
