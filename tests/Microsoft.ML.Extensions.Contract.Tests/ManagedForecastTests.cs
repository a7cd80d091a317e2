using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Forecasts score as C# kernels what libtorch scores, for every option of them; those of a distribution need libtorch.</summary>
[TestClass]
public sealed class ManagedForecastTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void EveryOption_ScoresTheSame(bool unequal)
    {
        foreach (var choice in FittedForecast.Choices)
        {
            AssertSame(unequal, choice);
        }
    }

    [TestMethod]
    public void Distribution_IsScoredByLibtorch()
    {
        using var model = FittedForecast.Fit(new MLContext(1), unequal: false, forecast => forecast.Distribution = ForecastDistribution.Normal, out _);
        Assert.IsFalse(model.IsManaged);
    }

    private static void AssertSame(bool unequal, Action<ForecastOptions> change)
    {
        var ml = new MLContext(1);
        using var model = FittedForecast.Fit(ml, unequal, change, out var data);
        using var reference = model.Copies.WithKernels(null);
        Assert.IsTrue(model.IsManaged);
        foreach (var column in new[] { "Score", "Quantiles" }.Where(name => model.GetOutputSchema(data.Schema).GetColumnOrNull(name) is not null))
        {
            var (wanted, got) = (reference.Transform(data).GetColumn<float[]>(column).ToArray(), model.Transform(data).GetColumn<float[]>(column).ToArray());
            Assert.HasCount(wanted.Length, got);
            for (var row = 0; row < wanted.Length; row++)
            {
                for (var i = 0; i < wanted[row].Length; i++)
                {
                    Assert.AreEqual(wanted[row][i], got[row][i], 1e-5 * Math.Max(1, Math.Abs(wanted[row][i])), $"{column} of row {row}, number {i}");
                }
            }
        }
    }
}
