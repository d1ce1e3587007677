package main

// outputKept is how much is kept of each standard stream of a guest, in bytes. What a guest writes beyond it succeeds, and is counted and
// thrown away, so that a guest that writes without end costs time and no memory.
const outputKept = 1 << 20

// captured is a standard stream in memory.
type captured struct {
	kept []byte
	cut  uint64
}

// Write always succeeds.
func (c *captured) Write(bytes []byte) (int, error) {
	fits := min(len(bytes), outputKept-len(c.kept))
	c.kept = append(c.kept, bytes[:fits]...)
	c.cut += uint64(len(bytes) - fits)
	return len(bytes), nil
}
