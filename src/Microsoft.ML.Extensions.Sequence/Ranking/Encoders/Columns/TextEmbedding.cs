using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The description of a column of text vectors in a model file.</summary>
/// <param name="OutputColumnName">The output column.</param>
/// <param name="InputColumnName">The input column.</param>
/// <param name="Encoder">The encoder; null for a generator that is not the pack's.</param>
internal sealed record TextEmbedding(
    [property: Required] string OutputColumnName, [property: Required] string InputColumnName, EncoderDescription? Encoder);
