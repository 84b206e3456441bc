package decode

import (
	"fmt"
	"slices"
	"strings"
)

// The tokens that are no words, as cards name them.
const (
	padToken   = "<pad>"   // fills up; may be left out
	beginToken = "<begin>" // what a decoder is asked to continue first
	endToken   = "<end>"
)

// maxTokens bounds a vocabulary.
const maxTokens = 1 << 20

// Vocabulary is the words that a caption decoder knows, by number. Words stand between blanks; a comma and a full stop
// are words that follow the one before at once.
type Vocabulary struct {
	tokens          []string
	byName          map[string]int
	begin, end, pad int // pad is −1 if there is none
}

// NewVocabulary returns the vocabulary of a card's tokens. "<begin>" and "<end>" must be among them.
func NewVocabulary(tokens []string) (*Vocabulary, error) {
	if len(tokens) > maxTokens {
		return nil, fmt.Errorf("captions: %d tokens; at most %d", len(tokens), maxTokens)
	}
	v := &Vocabulary{tokens: tokens, byName: make(map[string]int, len(tokens))}
	for i, t := range tokens {
		if at, twice := v.byName[t]; twice {
			return nil, fmt.Errorf("captions: token %d, %q, is token %d too", i, t, at)
		}
		v.byName[t] = i
	}
	v.begin, v.end, v.pad = slices.Index(tokens, beginToken), slices.Index(tokens, endToken), slices.Index(tokens, padToken)
	if v.begin < 0 || v.end < 0 {
		return nil, fmt.Errorf("captions: the card's %d tokens lack %s or %s", len(tokens), beginToken, endToken)
	}
	return v, nil
}

// Encode returns the numbers of a sentence's words between those of "<begin>" and "<end>".
func (v *Vocabulary) Encode(sentence string) ([]int, error) {
	ids := []int{v.begin}
	for word := range strings.FieldsSeq(strings.NewReplacer(",", " , ", ".", " . ").Replace(sentence)) {
		id, ok := v.byName[word]
		if !ok {
			return nil, fmt.Errorf("captions: %q is no word of the vocabulary", word)
		}
		ids = append(ids, id)
	}
	return append(ids, v.end), nil
}

// Text returns the sentence of some words, without those that are none.
func (v *Vocabulary) Text(ids []int) string { return string(v.append(nil, ids)) }

// append writes the sentence to b, which is empty.
func (v *Vocabulary) append(b []byte, ids []int) []byte {
	for _, id := range ids {
		if id == v.begin || id == v.end || id == v.pad || id < 0 || id >= len(v.tokens) {
			continue
		}
		word := v.tokens[id]
		if len(b) > 0 && word != "," && word != "." {
			b = append(b, ' ')
		}
		b = append(b, word...)
	}
	return b
}

// number returns a token's number, or -1.
func (v *Vocabulary) number(token string) int {
	if id, ok := v.byName[token]; ok {
		return id
	}
	return -1
}

// word says whether a decoder may say a token.
func (v *Vocabulary) word(id int) bool { return id != v.begin && id != v.pad }
