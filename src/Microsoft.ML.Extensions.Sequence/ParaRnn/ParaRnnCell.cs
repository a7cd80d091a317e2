namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The cells of ParaRNN (Danieli et al. 2025, arXiv 2510.21450): gated, with diagonal recurrent weights.</summary>
public enum ParaRnnCell
{
    /// <summary>ParaGRU: one state per channel, gates z and r.</summary>
    Gru,

    /// <summary>ParaLSTM-CIFG: a cell and a hidden state per channel, coupled input and forget gate, diagonal peepholes.</summary>
    Lstm,
}
