using System.Collections.Concurrent;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A fitted pipeline, its file, rows to score and the scores that it must give for ever.</summary>
internal sealed class SavedModel
{
    private static readonly ConcurrentDictionary<string, SavedModel> Shared = new();

    private readonly TrainerCase _trainer;

    public SavedModel(TrainerCase trainer, ToyInput? input = null)
    {
        _trainer = trainer;
        Data = (input ?? trainer.Input).Load(Context, (input ?? trainer.Input).Rows(18, 1));
        Model = trainer.Pipeline(Context, input: input).Fit(Data);
        Scores = ScoresOf(Model);
        File = ModelFile.Save(Context, Model, Data.Schema);
    }

    /// <summary>The one of this trainer that tests share which neither dispose nor change it: most of the suite's time is fits.</summary>
    public static SavedModel Of(TrainerCase trainer) => Shared.GetOrAdd(trainer.Name, _ => new SavedModel(trainer));

    public MLContext Context { get; } = new(1);

    public IDataView Data { get; }

    public ITransformer Model { get; }

    public float[][] Scores { get; }

    public byte[] File { get; }

    public float[][] ScoresOf(ITransformer model) => _trainer.Task.Scores(model.Transform(Data));
}
