package kernel

// SkipGram makes n-grams of the words of a text, of N words each that follow one another with at most Skip words left out
// between two; if All is set, of 1 to N words. Source: TFLite, skip_gram.cc.
type SkipGram struct {
	N, Skip int
	All     bool
	Pool    *Pool // whose context ends a run; nil for none

	words [][]byte
	stack []int // the words of an n-gram under way, by their numbers
}

// Words takes a text apart. As in TFLite, a word that starts at the first byte or after a space, and that byte is a space,
// is lost, and what is behind the last space is a word even if it is one.
func (g *SkipGram) Words(text []byte) {
	g.words = g.words[:0]
	from := 0
	for i := 1; i < len(text); i++ {
		if !isSpace(text[i]) {
			continue
		}
		if i > from && !isSpace(text[from]) {
			g.words = append(g.words, text[from:i])
		}
		from = i + 1
	}
	if from < len(text) {
		g.words = append(g.words, text[from:])
	}
}

// isSpace is C's isspace.
func isSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

// Grams calls add with the words of each n-gram, in order, until add returns an error; the words are good during the call.
// The order is that of the words' numbers, an n-gram coming after those that begin with it.
func (g *SkipGram) Grams(add func(gram []int) error) error {
	if g.N < 1 || len(g.words) < g.N {
		return nil
	}
	g.stack = append(g.stack[:0], make([]int, g.N)...)
	for depth, steps := 1, 0; depth >= 0; steps++ {
		if steps&0xffff == 0xffff && g.Pool.Stopped() {
			return nil
		}
		if g.deeper(depth) {
			g.stack[depth]++
			if depth++; depth < g.N {
				g.stack[depth] = g.stack[depth-1]
			}
			continue
		}
		if depth == g.N || g.All && depth > 0 {
			if err := add(g.stack[:depth]); err != nil {
				return err
			}
		}
		depth--
	}
	return nil
}

// deeper reports whether another word fits in behind the first depth ones of the n-gram.
func (g *SkipGram) deeper(depth int) bool {
	if depth >= g.N || g.stack[depth]+1 >= len(g.words) {
		return false
	}
	return depth == 0 || g.stack[depth]-g.stack[depth-1] <= g.Skip
}

// Bytes returns how much memory the words take that have been found last.
func (g *SkipGram) Bytes() int64 {
	return 24*int64(cap(g.words)) + 8*int64(max(0, min(g.N, len(g.words))))
}

// Word returns a word by its number.
func (g *SkipGram) Word(i int) []byte { return g.words[i] }
