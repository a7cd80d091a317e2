namespace Microsoft.ML.Extensions.Samples;

/// <summary>
/// The delay equation of Mackey and Glass (1977): <c>x' = 0.2 x(t - 17) / (1 + x(t - 17)^10) - 0.1 x</c>, which is chaotic.
/// </summary>
internal static class MackeyGlass
{
    private const int Delay = 17;
    private const int StepsPerUnit = 10;

    /// <summary>The series at integer times, after the first 500; Euler's method with steps of 0.1.</summary>
    /// <param name="rows">Its length.</param>
    /// <param name="seed">The seed of the random initial history.</param>
    public static SeriesTable Generate(int rows, int seed)
    {
        const int before = 500;
        var random = new Random(seed);
        var x = new double[(Delay + before + rows) * StepsPerUnit + 1];
        for (var t = 0; t <= Delay * StepsPerUnit; t++)
        {
            x[t] = 1.2 + (0.2 * (random.NextDouble() - 0.5));
        }
        for (var t = Delay * StepsPerUnit; t < x.Length - 1; t++)
        {
            var delayed = x[t - (Delay * StepsPerUnit)];
            x[t + 1] = x[t] + (((0.2 * delayed / (1 + Math.Pow(delayed, 10))) - (0.1 * x[t])) / StepsPerUnit);
        }
        return new SeriesTable(["x"], [.. Enumerable.Range(Delay + before, rows).Select(t => new[] { (float)x[t * StepsPerUnit] })]);
    }
}
