package alerts

import (
	"time"

	"edged/pipelines"
)

// State is how an alert is between two looks, and what of it survives a restart.
type State struct {
	Alert    string
	Open     bool
	Opening  string    // the ID of the event that opened it last; empty as long as that has none
	Since    time.Time // since when what it was opened for was so
	Until    time.Time // when it closed last; zero while it is open
	Muted    time.Time // until when it does not open; zero if it may
	Severity string
	Evidence pipelines.Evidence // of the last opening or closing
	Opens    uint64             // how often it has opened since the start
}
