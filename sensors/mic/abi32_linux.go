//go:build arm || 386

package mic

// Ioctls of <sound/asound.h> where a long has 32 bits: direction<<30 | size<<16 | 'A'<<8 | number.
const (
	ioctlHwRefine = 0xc25c4110 // _IOWR('A', 0x10, struct snd_pcm_hw_params), 604 bytes
	ioctlHwParams = 0xc25c4111
	ioctlSwParams = 0xc0684113 // _IOWR('A', 0x13, struct snd_pcm_sw_params), 104 bytes
	ioctlStatus   = 0x806c4120 // _IOR('A', 0x20, struct snd_pcm_status), 108 bytes, with a time_t of 32 bits
	ioctlForward  = 0x40044149 // _IOW('A', 0x49, snd_pcm_uframes_t)
	ioctlReadI    = 0x800c4151 // _IOR('A', 0x51, struct snd_xferi), 12 bytes
)
