using Microsoft.ML.Extensions.Torch;
using TorchSharp;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Logarithms of the power of a sound in bands of frequency, frame by frame.</summary>
internal static class SoundFrames
{
    /// <summary>The bands, of equal width up to half the sampling rate.</summary>
    public const int Bands = 16;

    private const int Window = 256, Hop = 128, Bin = Window / 2 / Bands;
    private const double Least = 1e-6;

    /// <summary><c>[T, 16]</c>, row by row, of frames of 256 samples, one every 128; shorter sounds are padded with silence.</summary>
    public static float[] Of(float[] samples)
    {
        using var scope = torch.NewDisposeScope();
        var padded = new float[Math.Max(samples.Length, Window)];
        samples.CopyTo(padded, 0);
        var frames = torch.tensor(padded).unfold(0, Window, Hop) * torch.hann_window(Window);
        // The constant part of the sound is in no band.
        var power = torch.fft.rfft(frames).abs().Squared().narrow(1, 1, Window / 2);
        return [.. power.view(-1, Bands, Bin).sum(2).Plus(Least).log().data<float>()];
    }
}
