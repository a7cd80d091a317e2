using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The model that a retraining goes on from.</summary>
/// <param name="Start">The weights to begin with.</param>
/// <param name="Head">Its task.</param>
/// <param name="CopyTo">Copies the weights of one network of its ensemble, by number, to another network.</param>
internal sealed record RetrainedModel(RetrainingStart Start, TaskHead Head, Action<int, Network> CopyTo);
