module legacy

go 1.21
