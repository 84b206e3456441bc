package kernel

// Sigmoid16 is LOGISTIC and TANH of int16 for input scales that are no power of two: a table of 1/(1+e⁻ˣ), interpolated.
// Source: TFLite, reference_integer_ops::Logistic and ::Tanh; activations.cc (SigmoidPrepare, TanhPrepare).
type Sigmoid16 struct {
	multiplier, round int32
	shift             int
}

// NewSigmoid16 prepares for inputs of the given scale.
func NewSigmoid16(scale float32) Sigmoid16 {
	m := float64(scale) * 4096 * 3
	var s Sigmoid16
	for m <= 32767.0/2 && s.shift <= 30 {
		m *= 2
		s.shift++
	}
	s.multiplier = int32(min(m, 1<<31-1))
	if s.shift > 0 {
		s.round = 1 << (s.shift - 1)
	}
	return s
}

// scaled returns x in units of 1/(3·4096), and its magnitude.
func (s *Sigmoid16) scaled(x int16) (v int32, size uint32) {
	v = (int32(x)*s.multiplier + s.round) >> s.shift
	if v < 0 {
		return v, uint32(-v)
	}
	return v, uint32(v)
}

// Logistic returns 1/(1+e⁻ˣ) in Q0.15.
func (s *Sigmoid16) Logistic(x int16) int16 {
	v, size := s.scaled(x)
	at, y := size>>9, uint32(0x7fff<<10)
	if at < 255 {
		a, b := uint32(sigmoidTable[at]), uint32(sigmoidTable[at+1])
		y = a<<9 + (size&0x1ff)*(b-a)
	}
	if v >= 0 {
		y += 1 << 9
	} else {
		y = 1<<25 - y + 1<<9 - 1
	}
	return int16(y >> 10)
}

// Tanh returns tanh x = 2/(1+e^(−2x)) − 1 in Q0.15.
func (s *Sigmoid16) Tanh(x int16) int16 {
	v, size := s.scaled(x)
	at, y := size>>8, int32(0xffff<<8)
	if at < 255 {
		a, b := int32(sigmoidTable[at]), int32(sigmoidTable[at+1])
		y = a<<8 + int32(size&0xff)*(b-a)
	}
	if v >= 0 {
		y += -1<<23 + 1<<7
	} else {
		y = -y + 1<<23 + 1<<7 - 1
	}
	return int16(y >> 8)
}

// sigmoidTable is 1/(1+e⁻ˣ) in Q0.16 at x = i/24, as TFLite's common.h has it (sigmoid_table_uint16).
var sigmoidTable = [256]uint16{
	32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513, 38180, 38841, 39498, 40149, 40794, 41432, 42064, 42688,
	43304, 43912, 44511, 45102, 45683, 46255, 46817, 47369, 47911, 48443, 48964, 49475, 49975, 50464, 50942, 51409,
	51865, 52311, 52745, 53169, 53581, 53983, 54374, 54755, 55125, 55485, 55834, 56174, 56503, 56823, 57133, 57433,
	57724, 58007, 58280, 58544, 58800, 59048, 59288, 59519, 59743, 59959, 60168, 60370, 60565, 60753, 60935, 61110,
	61279, 61441, 61599, 61750, 61896, 62036, 62172, 62302, 62428, 62549, 62666, 62778, 62886, 62990, 63090, 63186,
	63279, 63368, 63454, 63536, 63615, 63691, 63765, 63835, 63903, 63968, 64030, 64090, 64148, 64204, 64257, 64308,
	64357, 64405, 64450, 64494, 64536, 64576, 64614, 64652, 64687, 64721, 64754, 64786, 64816, 64845, 64873, 64900,
	64926, 64950, 64974, 64997, 65019, 65039, 65060, 65079, 65097, 65115, 65132, 65149, 65164, 65179, 65194, 65208,
	65221, 65234, 65246, 65258, 65269, 65280, 65291, 65301, 65310, 65319, 65328, 65337, 65345, 65352, 65360, 65367,
	65374, 65381, 65387, 65393, 65399, 65404, 65410, 65415, 65420, 65425, 65429, 65433, 65438, 65442, 65445, 65449,
	65453, 65456, 65459, 65462, 65465, 65468, 65471, 65474, 65476, 65479, 65481, 65483, 65485, 65488, 65489, 65491,
	65493, 65495, 65497, 65498, 65500, 65501, 65503, 65504, 65505, 65507, 65508, 65509, 65510, 65511, 65512, 65513,
	65514, 65515, 65516, 65517, 65517, 65518, 65519, 65520, 65520, 65521, 65522, 65522, 65523, 65523, 65524, 65524,
	65525, 65525, 65526, 65526, 65526, 65527, 65527, 65528, 65528, 65528, 65529, 65529, 65529, 65529, 65530, 65530,
	65530, 65530, 65531, 65531, 65531, 65531, 65531, 65532, 65532, 65532, 65532, 65532, 65532, 65533, 65533, 65533,
	65533, 65533, 65533, 65533, 65533, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65535,
}
