namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Treats every row as the next steps of one endless row, and gives the outputs for all steps so far.</summary>
/// <remarks>The engine owns it and frees it with <see cref="Free"/>: disposing a row that reads through it does nothing.</remarks>
internal interface IStreamScorer : IRowScorer
{
    /// <summary>The steps so far.</summary>
    long Steps { get; }

    /// <summary>The bytes of the state.</summary>
    long StateBytes { get; }

    /// <summary>Commits the steps since the last call.</summary>
    void Keep();

    /// <summary>Reverts to the last <see cref="Keep"/>.</summary>
    void Undo();

    /// <summary>Reverts to the beginning.</summary>
    void Reset();

    /// <summary>The state as a safetensors file.</summary>
    byte[] Save();

    /// <summary>Compares a saved state with the shapes of this network's state.</summary>
    /// <exception cref="FormatException">The state does not fit this network; the message names every tensor that is wrong.</exception>
    void Check(byte[] state);

    /// <summary>Continues from a state that <see cref="Check"/> accepted.</summary>
    void Load(byte[] state);

    /// <summary>Frees the state and the share of the network.</summary>
    void Free();
}
