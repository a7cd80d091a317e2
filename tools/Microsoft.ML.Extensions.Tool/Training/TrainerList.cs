using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The trainers that the tool knows; those that are first tried come first.</summary>
internal static class TrainerList
{
    private const string Sequences = "Microsoft.ML.Extensions.Sequence";
    private const string Kernels = "Microsoft.ML.Extensions.Kernels";

    // Solving for a kernel takes the square of the rows in memory, and their cube in time.
    private const int MostRowsOfKernel = 5000;

    public static IReadOnlyList<TrainerEntry> All { get; } =
    [
        LightGbm(),
        Of<NeuralTangentKernelOptions>("NeuralTangentKernel", Kernels, false, true,
            (ml, options) => ml.MulticlassClassification.Trainers.NeuralTangentKernel(options),
            (ml, options) => ml.Regression.Trainers.NeuralTangentKernel(options)),
        Of<DeepNetworkOptions>("DeepNetwork", Kernels, false, true,
            (ml, options) => ml.MulticlassClassification.Trainers.DeepNetwork(options), (ml, options) => ml.Regression.Trainers.DeepNetwork(options)),
        Of<RandomConvolutionOptions>("RandomConvolution", Sequences, true, false,
            (ml, options) => ml.MulticlassClassification.Trainers.RandomConvolution(options),
            (ml, options) => ml.Regression.Trainers.RandomConvolution(options)),
        Of<ParaRnnOptions>("ParaRnn", Sequences, true, false,
            (ml, options) => ml.MulticlassClassification.Trainers.ParaRnn(options), (ml, options) => ml.Regression.Trainers.ParaRnn(options),
            (ml, options, forecast) => ml.Forecasting.Trainers.ParaRnn(options, forecast)),
        Of<LsslOptions>("Lssl", Sequences, true, false,
            (ml, options) => ml.MulticlassClassification.Trainers.Lssl(options), (ml, options) => ml.Regression.Trainers.Lssl(options),
            (ml, options, forecast) => ml.Forecasting.Trainers.Lssl(options, forecast)),
        Of<AarenOptions>("Aaren", Sequences, true, false,
            (ml, options) => ml.MulticlassClassification.Trainers.Aaren(options), (ml, options) => ml.Regression.Trainers.Aaren(options),
            (ml, options, forecast) => ml.Forecasting.Trainers.Aaren(options, forecast)),
        Of<RecurrentOptions>("Recurrent", Sequences, true, false,
            (ml, options) => ml.MulticlassClassification.Trainers.Recurrent(options), (ml, options) => ml.Regression.Trainers.Recurrent(options),
            (ml, options, forecast) => ml.Forecasting.Trainers.Recurrent(options, forecast)),
        Of<SingleLayerTransformerOptions>("SingleLayerTransformer", Sequences, true, false,
            (ml, options) => ml.MulticlassClassification.Trainers.SingleLayerTransformer(options),
            (ml, options) => ml.Regression.Trainers.SingleLayerTransformer(options),
            (ml, options, forecast) => ml.Forecasting.Trainers.SingleLayerTransformer(options, forecast)),
        new("NumericRanking", Sequences, false, true, () => new NumericRankingOptions(),
            new Dictionary<TaskName, Func<MLContext, TrainerPlan, IEstimator<ITransformer>>>
            {
                [TaskName.Ranking] = (ml, plan) => ml.Ranking.Trainers.NumericRanking((NumericRankingOptions)plan.Options!),
            }),
    ];

    /// <summary>The trainer of a name.</summary>
    /// <exception cref="UsageException">There is none, or it does not fit the task or the data.</exception>
    public static TrainerEntry Find(string name, TaskName task, DataSet data)
    {
        var possible = All.Where(entry => entry.Creators.ContainsKey(task)).ToList();
        var entry = possible.FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw new UsageException(
            $"--trainer is '{name}'; for {task.ToString().ToLowerInvariant()} allowed is one of {string.Join(", ", possible.Select(entry => entry.Name))}.");
        if (data.IsSeries && !entry.ReadsSeries)
        {
            throw new UsageException($"--trainer {entry.Name} reads tables, and {data.Path} holds series; take one of "
                + $"{string.Join(", ", possible.Where(other => other.ReadsSeries).Select(other => other.Name))}.");
        }
        return !entry.ReadsTables && task != TaskName.Forecasting && data.Features.FirstOrDefault(column => column.IsText) is { } text
            ? throw new UsageException($"--trainer {entry.Name} reads the columns of a table as the steps of a series, and column '{text.Name}' is text; "
                + "leave it out with --ignore-cols, or take another trainer.")
            : entry;
    }

    /// <summary>The trainers to try where none is named.</summary>
    public static IReadOnlyList<TrainerEntry> Candidates(TaskName task, DataSet data) =>
    [
        .. All.Where(entry => entry.Creators.ContainsKey(task)).Where(entry => task == TaskName.Forecasting ? entry.Name is "ParaRnn" or "Lssl"
            : data.IsSeries ? entry.Name is "RandomConvolution" or "ParaRnn"
            : entry.ReadsTables && (entry.Name != "NeuralTangentKernel" || data.Rows <= MostRowsOfKernel)),
    ];

    private static TrainerEntry Of<TOptions>(
        string name, string package, bool readsSeries, bool readsTables, Func<MLContext, TOptions, IEstimator<ITransformer>> classes,
        Func<MLContext, TOptions, IEstimator<ITransformer>> numbers, Func<MLContext, TOptions, ForecastOptions, IEstimator<ITransformer>>? forecast = null)
        where TOptions : TrainerOptions, new()
    {
        var creators = new Dictionary<TaskName, Func<MLContext, TrainerPlan, IEstimator<ITransformer>>>
        {
            [TaskName.Classification] = (ml, plan) => classes(ml, (TOptions)plan.Options!),
            [TaskName.Regression] = (ml, plan) => numbers(ml, (TOptions)plan.Options!),
        };
        if (forecast is not null)
        {
            creators[TaskName.Forecasting] = (ml, plan) => forecast(ml, (TOptions)plan.Options!, plan.Forecast);
        }
        return new TrainerEntry(name, package, readsSeries, readsTables, () => new TOptions(), creators);
    }

    private static TrainerEntry LightGbm() => new("LightGbm", "Microsoft.ML.LightGbm", false, true, null,
        new Dictionary<TaskName, Func<MLContext, TrainerPlan, IEstimator<ITransformer>>>
        {
            [TaskName.Classification] = (ml, plan) => ml.MulticlassClassification.Trainers.LightGbm(plan.Request.Label),
            [TaskName.Regression] = (ml, plan) => ml.Regression.Trainers.LightGbm(plan.Request.Label),
            [TaskName.Ranking] = (ml, plan) => ml.Ranking.Trainers.LightGbm(plan.Request.Label, rowGroupColumnName: plan.Request.Group!),
        });
}
