namespace Microsoft.ML.Extensions.Samples;

/// <summary>The trainers that a sample knows, by name; the first is the default.</summary>
public sealed class TrainerTable
{
    private readonly List<(string Name, Func<MLContext, Request, IEstimator<ITransformer>> Create)> _trainers = [];

    /// <summary>The names, in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => [.. _trainers.Select(trainer => trainer.Name)];

    /// <summary>Adds a trainer.</summary>
    /// <param name="name">What <c>--trainer</c> takes.</param>
    /// <param name="create">Makes the trainer from options that hold what the user set.</param>
    public TrainerTable Add<TOptions>(string name, Func<MLContext, TOptions, IEstimator<ITransformer>> create)
        where TOptions : NetworkTrainerOptions, new()
    {
        _trainers.Add((name, (ml, request) => create(ml, request.Fill(new TOptions()))));
        return this;
    }

    /// <summary>The trainer that the user asked for, with the options that the user set.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="arguments">What the user asked for.</param>
    /// <param name="progress">Told after each pass of training.</param>
    /// <param name="cancellation">Stops training.</param>
    /// <exception cref="UsageException">There is no such trainer, or an option is wrong.</exception>
    public IEstimator<ITransformer> Create(
        MLContext ml, SampleArguments arguments, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var name = Find(arguments.Trainer);
        return _trainers.First(trainer => trainer.Name == name).Create(ml, new Request(arguments.Settings, progress, cancellation));
    }

    /// <summary>The name as the table writes it.</summary>
    /// <exception cref="UsageException">There is no such trainer.</exception>
    public string Find(string name) =>
        Names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException($"There is no trainer '{name}'; known are {string.Join(", ", Names)}.");

    private sealed record Request(IReadOnlyList<string> Settings, IProgress<TrainingProgress> Progress, CancellationToken Cancellation)
    {
        public TOptions Fill<TOptions>(TOptions options) where TOptions : NetworkTrainerOptions
        {
            foreach (var setting in Settings)
            {
                OptionSetter.Set(options, setting);
            }
            (options.Training.Progress, options.Training.CancellationToken) = (Progress, Cancellation);
            return options;
        }
    }
}
