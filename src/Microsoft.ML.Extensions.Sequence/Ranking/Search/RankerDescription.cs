using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What the file of a ranker says of it.</summary>
/// <param name="Version">The format's version.</param>
/// <param name="Options">Its options.</param>
/// <param name="SecondStage">What tells its second stage; null where it has none.</param>
internal sealed record RankerDescription([property: Range(1, 1)] int Version, RankerOptions Options, string? SecondStage);
