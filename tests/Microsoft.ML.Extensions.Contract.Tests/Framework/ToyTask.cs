using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>The toy problem as one of ML.NET's tasks: its label, its score columns, its tools.</summary>
public abstract class ToyTask(string name, string source, bool isClassification)
{
    public string Name => name;

    public bool IsClassification => isClassification;

    /// <summary>The toy rows' column that holds the label.</summary>
    public string Source => source;

    /// <summary>The columns that a trainer of this task adds.</summary>
    public abstract IReadOnlyList<string> Outputs { get; }

    /// <summary>The catalog of this task's trainers.</summary>
    public abstract object Catalog(MLContext ml);

    /// <summary>Makes <c>Label</c>, always with the same keys.</summary>
    public virtual IEstimator<ITransformer> Label(MLContext ml) => ml.Transforms.CopyColumns("Label", source);

    /// <summary>What a user appends to a trainer of this task.</summary>
    public virtual IEstimator<ITransformer> Finish(MLContext ml, IEstimator<ITransformer> pipeline) => pipeline;

    /// <summary>All numbers that scoring adds, row by row.</summary>
    public abstract float[][] Scores(IDataView scored);

    /// <summary>The same numbers by way of a PredictionEngine.</summary>
    public abstract float[][] Predict(MLContext ml, ITransformer model, IEnumerable<ToyRow> rows, ToyInput input);

    /// <summary>An engine that takes the model's sequence step by step.</summary>
    public abstract StepStream Stream(MLContext ml, ITransformer model, SchemaDefinition steps);

    /// <summary>0 for guessing the most frequent class or the mean, 1 for perfect, as ML.NET's Evaluate measures it.</summary>
    public abstract double Skill(MLContext ml, IDataView scored);

    /// <summary>The mean loss of the scores, in the units in which training reports it.</summary>
    public abstract double Loss(IDataView scored, IDataView trainData);

    /// <summary>ML.NET's cross-validation: the models of the folds.</summary>
    public abstract IReadOnlyList<ITransformer> CrossValidate(MLContext ml, IDataView data, IEstimator<ITransformer> estimator, int folds);

    /// <summary>Whether ML.NET has permutation feature importance for this task.</summary>
    public virtual bool HasImportance => true;

    /// <summary>ML.NET's permutation feature importance by the overload that names features.</summary>
    public abstract IReadOnlyList<string> ImportantFeatures(MLContext ml, ITransformer model, IDataView data);

    /// <summary>The overload that takes the typed transformer: the number of features.</summary>
    public abstract int CountFeatures(MLContext ml, NetworkTransformer model, IDataView data);

    public override string ToString() => name;
}
