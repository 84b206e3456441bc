package publish

// line is entries one behind another. It uses its array again, so that in steady state nothing is allocated.
type line struct {
	array []entry
	first int // before it are places that are free
}

// What a line and a queue keep for later: after a long time without a broker they would hold the memory of all that waited.
const (
	keptPlaces = 1024
	keptBlanks = 64
	keptBytes  = 4096 // of one
)

func (l *line) all() []entry { return l.array[l.first:] }

func (l *line) len() int { return len(l.array) - l.first }

// append puts e behind the others. An array that is full begins anew if half of it is free: so each entry is moved but once.
func (l *line) append(e entry) {
	if n := l.len(); len(l.array) == cap(l.array) && l.first >= max(n, 1) {
		copy(l.array, l.all())
		clear(l.array[n:])
		l.array, l.first = l.array[:n], 0
	}
	l.array = append(l.array, e)
}

// skip takes out the first n.
func (l *line) skip(n int) {
	clear(l.array[l.first : l.first+n])
	l.first += n
	switch {
	case l.len() > 0:
	case cap(l.array) > keptPlaces:
		*l = line{}
	default:
		l.array, l.first = l.array[:0], 0
	}
}

// remove takes out one from between.
func (l *line) remove(i int) {
	all := l.all()
	copy(all[i:], all[i+1:])
	all[len(all)-1] = entry{}
	l.array = l.array[:len(l.array)-1]
}

// blanks are payloads of which nobody has need any more.
type blanks [][]byte

// copy returns a copy of payload, in one of them.
func (b *blanks) copy(payload []byte) []byte {
	var blank []byte
	if last := len(*b) - 1; last >= 0 {
		blank, *b = (*b)[last], (*b)[:last]
	}
	return append(blank[:0], payload...)
}

// take takes the payload of an entry that is gone, if the queue made it.
func (b *blanks) take(e *entry) {
	if e.lent && cap(e.Payload) <= keptBytes && len(*b) < keptBlanks {
		*b = append(*b, e.Payload)
	}
}
