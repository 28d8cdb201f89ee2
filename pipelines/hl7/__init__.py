"""HL7 version 2: the messages by which hospitals' applications hand results and documents to each other."""
