package simd

// Inputs are inputs such as some loops want them: those of a Gemm, or of a Depthwise.
type Inputs int

const (
	ForGemm Inputs = iota
	ForTaps
)

// Prepare copies bytes of T to to, of Unit bytes for each, such as the loops of the path that runs want them.
func Prepare[T int8 | uint8](i Inputs, to, from []byte) {
	prepare[T](chosen(), i, to, from)
}

func prepare[T int8 | uint8](p *path, i Inputs, to, from []byte) {
	if len(to) < len(from)*p.unit(i) {
		panic("simd: no room")
	}
	switch {
	case len(from) == 0:
	case p.unit(i) == 2:
		widenRow(p.gemm.widen, sign[T]() == 1, wide(to[:2*len(from)]), from)
	case flips[T](p, i):
		p.gemm.flip(&to[0], &from[0], len(from), 0x80808080)
	default:
		copy(to, from)
	}
}

// flips says whether the loops of a path want bytes of T that are flipped.
func flips[T int8 | uint8](p *path, i Inputs) bool {
	signed := sign[T]() == 1
	if i == ForTaps {
		return signed && p.depthwise != nil && p.depthwise.words == nil
	}
	return p.gemm != nil && p.gemm.flips(signed)
}

// Raw says whether the loops of the path that runs want bytes of T such as they are: then Prepare only copies.
func Raw[T int8 | uint8](i Inputs) bool {
	p := chosen()
	return p.unit(i) == 1 && !flips[T](p, i)
}

// Unit returns how many bytes each input takes that Prepare has made.
func (i Inputs) Unit() int { return chosen().unit(i) }

func (p *path) unit(i Inputs) int {
	if i == ForGemm && p.gemm != nil && p.gemm.wide {
		return 2
	}
	return 1
}

// Ready fills to with inputs of one value, such as Prepare makes them.
func Ready[T int8 | uint8](i Inputs, to []byte, v int32) {
	p := chosen()
	if p.unit(i) == 2 {
		words := wide(to)
		for i := range words {
			words[i] = int16(T(v))
		}
		return
	}
	b := byte(v)
	if flips[T](p, i) {
		b ^= 0x80
	}
	for i := range to {
		to[i] = b
	}
}
