namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>How alike two layers are.</summary>
/// <param name="Layer">The layer of the first model.</param>
/// <param name="OtherLayer">The layer of the second model.</param>
/// <param name="Cka">
/// Centred kernel alignment, from 0 to 1: 1 for features that differ by a rotation, a scale and a shift; 0 where a layer is constant. With
/// more features than rows in a batch it is high for any features.
/// </param>
/// <param name="UnbiasedCka">
/// The same from unbiased estimates, from -1 to 1: about 0 for features that have nothing to do with each other, however many they are.
/// </param>
public sealed record LayerSimilarity(string Layer, string OtherLayer, double Cka, double UnbiasedCka);
