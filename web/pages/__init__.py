"""The pages: server-rendered, in French, in English for who asks for it."""
