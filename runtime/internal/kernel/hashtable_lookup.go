package kernel

// SearchKey returns the place of a key among sorted ones, or −1. It is C's bsearch with TFLite's comparison, the sign of
// an int32 difference that may wrap around: among equal keys and unsorted ones it finds what that finds.
// Source: TFLite, hashtable_lookup.cc.
func SearchKey(keys []int32, key int32) int {
	from, n := 0, len(keys)
	for n > 0 {
		mid := from + n/2
		switch d := key - keys[mid]; {
		case d == 0:
			return mid
		case d < 0:
			n /= 2
		default:
			from, n = mid+1, n-n/2-1
		}
	}
	return -1
}
