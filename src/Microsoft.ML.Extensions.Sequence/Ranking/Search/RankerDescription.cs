using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The description in the file of a ranker.</summary>
/// <param name="Version">The format's version.</param>
/// <param name="Options">Its options.</param>
/// <param name="SecondStage">The identity of its second stage; null where it has none.</param>
/// <param name="Encoder">The identity of the encoder of its vectors; null where it has none.</param>
internal sealed record RankerDescription(
    [property: Range(1, 1)] int Version, RankerOptions Options, string? SecondStage,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Encoder = null);
