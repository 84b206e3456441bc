package decode

// phrases keeps the sentences that have been made, so that making one again allocates nothing: a room has few situations.
type phrases struct {
	text []byte // of the one that is being made
	all  map[string]string
}

// mostPhrases bounds what is kept; with one more all are forgotten.
const mostPhrases = 256

// made returns the sentence in text.
func (p *phrases) made() string {
	if s, known := p.all[string(p.text)]; known {
		return s
	}
	if p.all == nil || len(p.all) == mostPhrases {
		p.all = make(map[string]string)
	}
	s := string(p.text)
	p.all[s] = s
	return s
}
