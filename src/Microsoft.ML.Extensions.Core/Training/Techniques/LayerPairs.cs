using Microsoft.ML.Extensions.Networks;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Which layer of a guide is for which layer of a network in training.</summary>
internal static class LayerPairs
{
    /// <summary>The named pairs, or all layers of the guide's first network, spread evenly.</summary>
    /// <param name="named">The pairs; null to spread.</param>
    /// <param name="guide">The guide's layers.</param>
    /// <param name="student">The layers of the network in training.</param>
    /// <exception cref="InvalidOperationException">A layer does not exist, or one of the networks has none.</exception>
    public static (NetworkLayer[] Guides, string[] Students) Of(
        GuidedLayer[]? named, IReadOnlyList<NetworkLayer> guide, IReadOnlyList<NetworkLayer> student)
    {
        if (guide.Count == 0)
        {
            throw new InvalidOperationException(
                "Training.Guidance.Guide has no layers whose activations can be taken, so there is none in common; take a guide that has Layers.");
        }
        if (student.Count == 0)
        {
            throw new InvalidOperationException(
                "The network in training has no layers whose activations can be taken, so it has none in common with its guide; set Training.Guidance to null.");
        }
        if (named is null)
        {
            NetworkLayer[] guides = [.. guide.Where(layer => layer.Network == guide[0].Network)];
            return (guides, [.. guides.Select((_, index) => student[Place(index, guides.Length, student.Count)].Name)]);
        }
        return (
            [.. named.Select(pair => Find(pair.Guide, guide, nameof(GuidedLayer.Guide)))],
            [.. named.Select(pair => Find(pair.Student, student, nameof(GuidedLayer.Student)).Name)]);
    }

    /// <summary>The place of the layer for the guide's layer of an index: even steps from first to last; the last for a single one.</summary>
    public static int Place(int index, int guides, int students) =>
        guides == 1 ? students - 1 : (int)Math.Round((double)index * (students - 1) / (guides - 1), MidpointRounding.AwayFromZero);

    private static NetworkLayer Find(string name, IReadOnlyList<NetworkLayer> layers, string whose) =>
        layers.FirstOrDefault(layer => layer.Name == name) ?? throw new InvalidOperationException(
            $"Training.Guidance.Layers names '{name}' as a layer of the {whose}, which has: {string.Join(", ", layers.Select(layer => layer.Name))}.");
}
