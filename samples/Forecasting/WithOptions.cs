using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The sample with options, on generated data or on your own files.</summary>
internal static class WithOptions
{
    private const int GeneratedRows = 2000;

    private static readonly TrainerTable s_trainers = new TrainerTable()
        .Add("ParaRnn", (MLContext ml, ParaRnnOptions options) => ml.Forecasting.Trainers.ParaRnn(options))
        .Add("Lssl", (MLContext ml, LsslOptions options) => ml.Forecasting.Trainers.Lssl(options))
        .Add("Aaren", (MLContext ml, AarenOptions options) => ml.Forecasting.Trainers.Aaren(options))
        .Add("Recurrent", (MLContext ml, RecurrentOptions options) => ml.Forecasting.Trainers.Recurrent(options))
        .Add("Lrcn", (MLContext ml, LrcnOptions options) => ml.Forecasting.Trainers.Lrcn(options))
        .Add("SingleLayerTransformer", (MLContext ml, SingleLayerTransformerOptions options) => ml.Forecasting.Trainers.SingleLayerTransformer(options));

    public static int Run(string[] args) => Sample.Run(args, list => ForecastArguments.Parse(list, s_trainers), Forecast);

    private static Figures Forecast(ForecastArguments arguments, CancellationToken cancellation)
    {
        var ml = new MLContext(arguments.Seed);
        var table = arguments.Csv is { } file ? SeriesTableFile.Read(file) : MackeyGlass.Generate(GeneratedRows, arguments.Seed);
        var parts = arguments.Parts(table.Rows.Length);
        var measure = parts[0] + parts[1];
        if (arguments.Season > measure)
        {
            throw new UsageException($"--season is {arguments.Season}; at most the {measure} rows before those to measure on are possible.");
        }

        // Errors are measured in deviations of the training rows, since series differ in size. The last part of the windows is the validation
        // set; test windows reach back into it.
        var train = table.Load(ml, 0, parts[0]);
        var scale = ml.Transforms.NormalizeMeanVariance("Values", fixZero: false, maximumExampleCount: parts[0]).Fit(train);
        var window = ml.Transforms.Sequences.ForecastWindow(["Values"], arguments.History, arguments.Horizon);
        var (learning, measuring) = (Windows(0, measure), Windows(measure - arguments.History, parts[2] + arguments.History));

        IDataView Windows(int start, int count)
        {
            var scaled = scale.Transform(table.Load(ml, start, count));
            return ml.Data.Cache(window.Fit(scaled).Transform(scaled));
        }

        var progress = new ProgressBar(arguments.Trainer);
        var validation = string.Create(CultureInfo.InvariantCulture, $"Training.ValidationFraction={(double)parts[1] / measure}");
        var trainer = s_trainers.Create(ml, arguments.ForTrainer(validation), progress, cancellation);
        var clock = Stopwatch.StartNew();
        var model = progress.During(() => trainer.Fit(learning));
        var seconds = clock.Elapsed.TotalSeconds;
        cancellation.ThrowIfCancellationRequested();
        var scored = model.Transform(measuring);
        var metrics = ml.Forecasting.Evaluate(scored);
        var options = new ParaRnnOptions { EnsembleSize = 1, Training = { ValidationFraction = (double)parts[1] / measure } };
        var linear = ml.Forecasting.Trainers.ParaRnn(options, new ForecastOptions { LinearOnly = true }).Fit(learning);
        Draw(scored);
        return new Figures
        {
            { "mse", metrics.MeanSquaredError },
            { "mae", metrics.MeanAbsoluteError },
            { "seasonal_naive_mse", Naive.SeasonalError(Scaled(), measure, arguments.Horizon, arguments.Season) },
            { "linear_mse", ml.Forecasting.Evaluate(linear.Transform(measuring)).MeanSquaredError },
            { "fit_seconds", seconds },
        };

        float[][] Scaled() => [.. scale.Transform(table.Load(ml, 0, measure + parts[2])).GetColumn<float[]>("Values")];

        void Draw(IDataView windows)
        {
            var first = table.Names.Length;
            double[] Series(string column) =>
                [.. windows.GetColumn<float[]>(column).Last().Where((_, index) => index % first == 0).Select(value => (double)value)];
            Picture.Save(arguments.Plot, $"{table.Names[0]}, {arguments.Trainer}", Series("Features"), Series("Label"), Series("Score"));
            Console.WriteLine($"The last forecast of {table.Names[0]} is drawn in {arguments.Plot}.");
        }
    }
}
