package mic

// Pulse says where a PulseAudio or PipeWire server is.
type Pulse struct{}
