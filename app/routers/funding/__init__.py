"""Operations under /v1/funding, one file a noun."""
