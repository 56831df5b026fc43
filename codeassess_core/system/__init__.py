"""What codeassess needs of the operating system and of asyncio: processes, threads, deadlines, locks."""
