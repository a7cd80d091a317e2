using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The forecasters to compare, each at its defaults.</summary>
/// <param name="Name">The name.</param>
/// <param name="Fit">Trains on the first rows and validates on the second.</param>
internal sealed record SequenceForecasters(string Name, Func<MLContext, IDataView, IDataView, NetworkTransformer> Fit)
{
    public static IReadOnlyList<SequenceForecasters> All { get; } =
    [
        new("linear, closed form", (ml, train, validation) =>
            ml.Forecasting.Trainers.ParaRnn(new ParaRnnOptions { EnsembleSize = 1 }, new ForecastOptions { LinearOnly = true })
                .Fit(train, validation)),
        new("ParaRnn", (ml, train, validation) => ml.Forecasting.Trainers.ParaRnn(Seeded(new ParaRnnOptions())).Fit(train, validation)),
        new("Lssl", (ml, train, validation) => ml.Forecasting.Trainers.Lssl(Seeded(new LsslOptions())).Fit(train, validation)),
        new("Recurrent", (ml, train, validation) => ml.Forecasting.Trainers.Recurrent(Seeded(new RecurrentOptions())).Fit(train, validation)),
        new("SingleLayerTransformer", (ml, train, validation) =>
            ml.Forecasting.Trainers.SingleLayerTransformer(Seeded(new SingleLayerTransformerOptions())).Fit(train, validation)),
        new("Aaren", (ml, train, validation) => ml.Forecasting.Trainers.Aaren(Seeded(new AarenOptions())).Fit(train, validation)),
    ];

    private static TOptions Seeded<TOptions>(TOptions options) where TOptions : NetworkTrainerOptions
    {
        options.Training.Seed = 1;
        return options;
    }
}
