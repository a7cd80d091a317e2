using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="LrcnCaptionTrainer"/>.</summary>
public sealed class LrcnCaptionOptions : FrameTrainerOptions, ICheckedOptions
{
    /// <summary>The defaults: one network, since sentences of several networks cannot be averaged.</summary>
    public LrcnCaptionOptions() => EnsembleSize = 1;

    /// <summary>The length of a word's embedding, 1 to 8,192. The default is 32.</summary>
    [Range(1, 8192)]
    [Choice(new object[] { 16, 32, 64, 128, 256 }, 32)]
    public int EmbeddingSize { get; set; } = 32;

    /// <summary>The smallest number of occurrences of a word in the vocabulary, 1 to 1,000,000. The default is 1.</summary>
    [Range(1, 1_000_000)]
    public int MinWordCount { get; set; } = 1;

    /// <summary>The most words of a description, 1 to 1,000; longer training sentences are truncated. The default is 20.</summary>
    [Range(1, 1000)]
    public int MaxWords { get; set; } = 20;

    /// <summary>
    /// The beam width, 1 to 1,000. The default is 3; 1 is a greedy search.
    /// </summary>
    [Range(1, 1000)]
    public int BeamSize { get; set; } = 3;

    /// <summary>
    /// The exponent of the number of words by which a sentence's log-probability is divided before sentences are compared, 0 to 2. The
    /// default is 1, the mean per word; 0 prefers the likeliest sentence, which tends to be short.
    /// </summary>
    [Range(0.0, 2.0)]
    public double LengthNormalization { get; set; } = 1;

    IEnumerable<string> ICheckedOptions.Errors() =>
    [
        .. Encoder.Errors(),
        .. EnsembleSize == 1 ? Array.Empty<string>()
            : [$"EnsembleSize is {EnsembleSize}; sentences of several networks cannot be averaged; set it to 1."],
        .. Training?.ClassWeights is null or ClassWeighting.None
            ? Array.Empty<string>()
            : [$"Training.ClassWeights is {Training.ClassWeights}; sentences have no class; set it to None."],
    ];
}
