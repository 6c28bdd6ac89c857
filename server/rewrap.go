package server

// Rewrapped counts what a re-wrap saw and changed.
type Rewrapped struct {
	Seen    int `json:"seen"`
	Changed int `json:"changed"`
}
