namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>The sizes of state-space systems, and how they are made discrete.</summary>
/// <param name="Features">H.</param>
/// <param name="Channels">M, the outputs of a feature.</param>
/// <param name="Size">N, the numbers of a feature's state; complex diagonals have one for each conjugate pair.</param>
/// <param name="Alpha">The alpha of the generalised bilinear transform.</param>
/// <param name="SamplingRate">By which time steps are divided.</param>
internal readonly record struct StateSpaceShape(int Features, int Channels, int Size, double Alpha, double SamplingRate)
{
    /// <summary>All outputs of a step.</summary>
    public int Outputs => Features * Channels;

    /// <summary>The time steps of the features.</summary>
    public float[] Steps(float[] logTimescale)
    {
        var rate = (float)SamplingRate;
        return Array.ConvertAll(logTimescale, log => MathF.Exp(log) / rate);
    }
}
