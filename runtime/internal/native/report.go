package native

// Report says what the library made of the model.
type Report struct {
	Version    string   // of the library
	Library    string   // its path
	Missing    []string // optional functions that it lacks
	Taken      []int    // operators of the main graph that the delegate took
	Partitions int
	Note       string // what edged went on without, or what a plugin said
}

// Stats says how a worker fares.
type Stats struct {
	Restarts      int64
	PID           int // of the process; 0 while there is none
	ResidentBytes int64
	Fault         error // why it does not run; nil if it does
	Swap          SwapStats
}
