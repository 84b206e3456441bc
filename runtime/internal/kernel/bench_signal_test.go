package kernel

func signalWorks() []work {
	const fft, frames, bins = 512, 8, 257
	rfft, cube := NewRFFT2D(1, 400, 1, fft), NewRFFT2D(16, 16, 16, 16)
	spectrogram, mfcc := NewSpectrogram(400), NewMFCC(bins, 40, 13)
	spectrogram.Stride, mfcc.Low, mfcc.High = 160, 20, 4000
	sound, spectrum := drawn[float32](frames*400), make([]complex64, frames*bins)
	powers, coefficients := make([]float32, frames*bins), make([]float32, frames*13)
	return []work{
		{"RFFT2D.Run/400 of 512", 0, frames * fft, func() { rfft.Run(spectrum, sound) }},
		{"RFFT2D.Run/16x16", 0, 256, func() { cube.Run(spectrum[:16*9], sound[:256]) }},
		{"Spectrogram.Run", 0, frames * fft, func() { spectrogram.Run(powers, sound, 1) }},
		{"MFCC.Run", 0, frames * bins, func() { mfcc.Run(coefficients, powers, 16000) }},
	}
}

// fixedSignalWorks are the steps of micro_speech's front end.
func fixedSignalWorks() []work {
	const fft, bins, channels, width = 512, 257, 40, 12
	window, err := NewSignalWindow(SignalWindowOptions{Shift: 12}, fft, fft)
	must(err)
	words, err := NewSignalRfft[int16](SignalRfftOptions{FFTLength: fft}, fft, fft+2)
	must(err)
	floats, err := NewSignalRfft[float32](SignalRfftOptions{FFTLength: fft}, fft, fft+2)
	must(err)
	energy, err := NewSignalEnergy(SignalEnergyOptions{Start: 5, End: 250}, fft+2, bins)
	must(err)
	bands := SignalFilterBankTables{}
	for i := range channels + 1 {
		bands.Starts, bands.WeightStarts, bands.Widths = append(bands.Starts, int16(5*i)), append(bands.WeightStarts, int16(width*i)), append(bands.Widths, width)
	}
	bands.Weights, bands.Unweights = drawn[int16](width*(channels+1)), drawn[int16](width*(channels+1))
	bank, err := NewSignalFilterBank(SignalFilterBankOptions{Channels: channels}, bands, bins, channels)
	must(err)
	log, err := NewSignalFilterBankLog(SignalFilterBankLogOptions{OutputScale: 1600, InputCorrectionBits: 3})
	must(err)
	subtraction, err := NewSignalSubtraction(SignalSubtractionOptions{
		Channels: channels, Smoothing: 409, OneMinusSmoothing: 15975, AltSmoothing: 983, AltOneMinusSmoothing: 15401, MinSignalRemaining: 819, SmoothingBits: 10, Bits: 14,
	}, channels)
	must(err)
	pcan, err := NewSignalPCAN(SignalPCANOptions{SNRShift: 6}, channels, channels, pcanGains)
	must(err)
	in, out, to, real, complex := drawn[int16](fft), make([]int16, fft), make([]int16, fft+2), drawn[float32](fft), make([]float32, fft+2)
	power, sums, roots, noise, logs := make([]uint32, bins), make([]uint64, channels), make([]uint32, channels), make([]uint32, channels), make([]int16, channels)
	gains := drawn[int16](pcanGains)
	return []work{
		{"SignalWindow.Run", 0, fft, func() { window.Run(in, in, out) }},
		{"SignalFftAutoScale", 0, fft, func() { SignalFftAutoScale(in, out) }},
		{"SignalRfft.Run/int16", 0, fft, func() { words.Run(in, to) }},
		{"SignalRfft.Run/float32", 0, fft, func() { floats.Run(real, complex) }},
		{"SignalEnergy.Run", 0, bins, func() { energy.Run(to, power) }},
		{"SignalFilterBank.Run", 0, channels, func() { bank.Run(power, sums) }},
		{"SignalFilterBankSquareRoot", 0, channels, func() { must(SignalFilterBankSquareRoot(sums, 3, roots)) }},
		{"SignalSubtraction.Run", 0, channels, func() { subtraction.Run(roots, roots, noise) }},
		{"SignalPCAN.Run", 0, channels, func() { pcan.Run(roots, noise, gains, roots) }},
		{"SignalFilterBankLog.Run", 0, channels, func() { log.Run(roots, logs) }},
	}
}

// must is for what a benchmark itself has made.
func must(err error) {
	if err != nil {
		panic("kernel: " + err.Error())
	}
}
