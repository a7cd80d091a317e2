using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>The names of the columns that scoring adds.</summary>
internal sealed record OutputColumnNames(
    [property: Required] string Score, [property: Required] string PredictedLabel, [property: Required] string Probability);
