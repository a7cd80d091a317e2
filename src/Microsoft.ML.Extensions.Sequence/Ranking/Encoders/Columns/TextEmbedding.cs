using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What a column of vectors of texts is in a model.</summary>
/// <param name="OutputColumnName">The column it makes.</param>
/// <param name="InputColumnName">The column it reads.</param>
/// <param name="Encoder">The encoder; null where it is not one of the pack's.</param>
internal sealed record TextEmbedding(
    [property: Required] string OutputColumnName, [property: Required] string InputColumnName, EncoderDescription? Encoder);
