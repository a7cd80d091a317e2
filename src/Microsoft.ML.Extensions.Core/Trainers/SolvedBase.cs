using System.Text.Json;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions;

/// <summary>A model solved in closed form, to which networks are added.</summary>
/// <param name="Kind">The kind of network, for loading.</param>
/// <param name="Options">Its options.</param>
/// <param name="Network">The network for new rows, with outputs <c>[B, K]</c>.</param>
/// <param name="Rows">The numbers of the rows that it was fitted to.</param>
/// <param name="LeftOut">The left-out predictions of these rows, each by the model fitted to all others, <c>[N, K]</c>.</param>
internal sealed record SolvedBase(NetworkKind Kind, JsonElement Options, Network Network, int[] Rows, float[] LeftOut);
