package chips

import "time"

// sensirion is what Sensirion's chips have in common: commands of two bytes, each of which takes its time; until then
// nothing is acknowledged, and then the answer is there to be read.
type sensirion struct {
	core
	busy   time.Time // until then
	answer []uint16  // words to read, nil for none
}

// exchange is one transfer. do starts a command, and says how long it takes and what it answers.
func (c *sensirion) exchange(now time.Time, w, r []byte, do func(cmd uint16) (time.Duration, []uint16, error)) error {
	if now.Before(c.busy) {
		return errNACK
	}
	if len(w) > 0 {
		takes, answer, err := do(command(w))
		if err != nil {
			return err
		}
		c.busy, c.answer = now.Add(takes), answer
	}
	switch {
	case len(r) == 0:
		return nil
	case now.Before(c.busy) || c.answer == nil:
		return errNACK
	}
	words(r, c.answer...)
	c.answer = nil
	return nil
}
