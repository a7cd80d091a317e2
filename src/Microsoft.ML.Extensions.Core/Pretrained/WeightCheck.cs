namespace Microsoft.ML.Extensions.Pretrained;

/// <summary>A tensor that a model needs.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">Its shape there.</param>
/// <param name="Optional">Whether the file may leave it out.</param>
internal sealed record WantedWeight(string Name, long[] Shape, bool Optional = false);

/// <summary>Compares the tensors that a model needs with those of a file.</summary>
internal static class WeightCheck
{
    /// <param name="wanted">The tensors that the model needs.</param>
    /// <param name="found">The shapes of the tensors present, by name.</param>
    /// <param name="file">The file; null where the tensors come from no file.</param>
    /// <exception cref="FormatException">Tensors are missing, unknown or of another shape; the first ten are named.</exception>
    public static void Check(IEnumerable<WantedWeight> wanted, IReadOnlyDictionary<string, long[]> found, string? file = null)
    {
        var faults = Faults([.. wanted], found).ToArray();
        if (faults.Length > 0)
        {
            throw new FormatException(
                $"The weights{(file is null ? "" : $" of '{file}'")} do not fit the transformer: {ConfigKeys.Listed(faults)}.");
        }
    }

    private static IEnumerable<string> Faults(WantedWeight[] wanted, IReadOnlyDictionary<string, long[]> found)
    {
        foreach (var tensor in wanted)
        {
            if (!found.TryGetValue(tensor.Name, out var shape))
            {
                if (!tensor.Optional)
                {
                    yield return $"'{tensor.Name}' is missing";
                }
            }
            else if (!shape.AsSpan().SequenceEqual(tensor.Shape))
            {
                yield return $"'{tensor.Name}' is [{string.Join(", ", shape)}] and should be [{string.Join(", ", tensor.Shape)}]";
            }
        }
        foreach (var name in found.Keys.Except(wanted.Select(tensor => tensor.Name)))
        {
            yield return $"'{name}' is unknown to the transformer";
        }
    }
}
