namespace Microsoft.ML.Extensions.Numerics;

/// <summary>How many units each layer keeps, so that all layers together have a density exactly.</summary>
/// <remarks>
/// Erdős-Rényi: Mocanu et al. 2018, arXiv 1707.04780, section 2; with the kernel: Evci et al. 2020, arXiv 1911.11134, section 3. A layer whose
/// density would exceed 1 is dense, and epsilon is solved for again from what is left.
/// </remarks>
internal static class LayerDensities
{
    /// <summary>Densities proportional to factors, of which none exceeds 1 and whose mean over all units is the density.</summary>
    /// <param name="units">The units of each layer.</param>
    /// <param name="factors">A positive factor for each layer.</param>
    /// <param name="density">The density of all layers together, above 0 and at most 1.</param>
    public static double[] Proportional(IReadOnlyList<int> units, IReadOnlyList<double> factors, double density)
    {
        var kept = density * units.Sum(count => (double)count);
        var isDense = new bool[units.Count];
        while (true)
        {
            var (left, weight, largest) = (kept, 0.0, 0.0);
            for (var layer = 0; layer < isDense.Length; layer++)
            {
                left -= isDense[layer] ? units[layer] : 0;
                weight += isDense[layer] ? 0 : factors[layer] * units[layer];
                largest = isDense[layer] ? largest : Math.Max(largest, factors[layer]);
            }
            var epsilon = weight > 0 ? left / weight : 0;
            if (epsilon * largest <= 1)
            {
                return [.. factors.Select((factor, layer) => isDense[layer] ? 1 : epsilon * factor)];
            }
            for (var layer = 0; layer < isDense.Length; layer++)
            {
                isDense[layer] |= factors[layer] == largest;
            }
        }
    }

    /// <summary>The units to keep of all layers together: the nearest number to the density, but one of each layer at least.</summary>
    public static int Total(IReadOnlyList<int> units, double density) =>
        Math.Max(units.Count, (int)Math.Round(density * units.Sum(count => (double)count), MidpointRounding.AwayFromZero));

    /// <summary>
    /// Whole numbers of units by densities, whose sum is <see cref="Total"/>: rounded down, and the rest by the largest remainders.
    /// </summary>
    public static int[] Counts(IReadOnlyList<int> units, IReadOnlyList<double> densities, double density)
    {
        var wanted = units.Zip(densities, (count, part) => count * part).ToArray();
        var counts = wanted.Select((value, layer) => Math.Clamp((int)Math.Floor(value), 1, units[layer])).ToArray();
        var byRemainder = Enumerable.Range(0, counts.Length).OrderByDescending(layer => wanted[layer] - counts[layer]).ToArray();
        var missing = Total(units, density) - counts.Sum();
        while (missing != 0)
        {
            foreach (var layer in missing > 0 ? byRemainder : Enumerable.Reverse(byRemainder))
            {
                var step = Math.Sign(missing);
                if (counts[layer] + step >= 1 && counts[layer] + step <= units[layer])
                {
                    counts[layer] += step;
                    missing -= step;
                }
            }
        }
        return counts;
    }
}
