using System.Text.Json;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions;

/// <summary>A model that was solved for, before networks learn to correct it.</summary>
/// <param name="Kind">Makes it again when it is loaded.</param>
/// <param name="Options">Its options.</param>
/// <param name="Network">Gives outputs of rows that it did not learn from, <c>[B, K]</c>.</param>
/// <param name="Rows">The numbers of the rows that it learned from.</param>
/// <param name="LeftOut">The outputs of each of these by a model that learned from all others, <c>[N, K]</c>.</param>
internal sealed record SolvedBase(NetworkKind Kind, JsonElement Options, Network Network, int[] Rows, float[] LeftOut);
