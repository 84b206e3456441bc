package publish

import "edged/pipelines/media"

// mediaHealth is how what is kept of alerts fares.
type mediaHealth struct {
	Files   int    `json:"files"`           // That are kept.
	Bytes   int64  `json:"bytes"`           // Of them.
	Written uint64 `json:"written"`         // Files, since the run began.
	Missed  uint64 `json:"missed"`          // Files that alerts named and that could not be made.
	Error   string `json:"error,omitempty"` // Why the newest could not be made.
}

func newMediaHealth(s *media.Stats) *mediaHealth {
	if s == nil {
		return nil
	}
	return &mediaHealth{s.Files, s.Bytes, s.Written, s.Missed, s.Why()}
}
