namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A recurrent cell with full matrices. W is a matrix of the input x, U one of the state before, s a sigmoid.</summary>
public enum RecurrentCell
{
    /// <summary>The simple recurrent network: <c>h' = a(W x + U h + b)</c> (Elman 1990).</summary>
    Elman,

    /// <summary>
    /// The output is fed back: <c>h' = a(W x + U y + b)</c>, <c>y' = a(V h' + c)</c>; y is the layer's output (Jordan 1986).
    /// </summary>
    Jordan,

    /// <summary>
    /// Long short-term memory with a forget gate: <c>i, f, o = s(W x + U h + b)</c>, <c>g = tanh(W x + U h + b)</c>, <c>c' = f c + i g</c>,
    /// <c>h' = o tanh(c')</c> (Hochreiter and Schmidhuber 1997; Gers, Schmidhuber, Cummins 2000).
    /// </summary>
    Lstm,

    /// <summary>
    /// The gated recurrent unit: <c>r, z = s(W x + U h + b)</c>, <c>n = tanh(W x + b + r (U h + c))</c>, <c>h' = (1 - z) n + z h</c>
    /// (Cho et al. 2014; the reset gate after the matrix, as in cuDNN and PyTorch).
    /// </summary>
    Gru,
}
